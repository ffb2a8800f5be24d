namespace Mesh.Benchmarks.Tail;

/// <summary>
/// The calls of one run: when they come, whoever is still busy then, and how much work each one is. The same seed gives the same calls,
/// whatever becomes of them.
/// </summary>
/// <param name="rate">Calls a second.</param>
/// <param name="seed">The seed.</param>
internal sealed class Traffic(double rate, int seed)
{
    /// <summary>How long the work of a call takes a healthy backend, on average.</summary>
    public static readonly TimeSpan MeanWork = TimeSpan.FromMilliseconds(5);

    // Of the logarithm: the work is log-normal, as that of services tends to be. 1 call in 100 takes four times the mean.
    private const double Sigma = 0.7;

    private static readonly HttpRequestOptionsKey<TimeSpan> s_work = new("work");

    private readonly Random _random = new(seed);

    public double Rate => rate;

    /// <summary>From one call to the next: exponential, so that the calls are a Poisson process.</summary>
    public TimeSpan NextGap() => TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / rate);

    public HttpRequestMessage NextRequest()
    {
        HttpRequestMessage request = new(HttpMethod.Get, "/items/42");
        request.Options.Set(s_work, MeanWork * Math.Exp((Sigma * Normal()) - (Sigma * Sigma / 2)));
        return request;
    }

    /// <summary>Which of several makes the call.</summary>
    public int NextCaller(int callers) => _random.Next(callers);

    /// <summary>How long a healthy backend takes for the request once it begins.</summary>
    public static TimeSpan WorkOf(HttpRequestMessage request) =>
        request.Options.TryGetValue(s_work, out TimeSpan work) ? work : throw new InvalidOperationException("The request has lost its work.");

    // Box and Muller's.
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
