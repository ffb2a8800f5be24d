using Mesh.Model.Matching;

namespace Mesh.Model.Tests.Matching;

/// <summary>A request that counts how often its headers are asked for, which tells how many candidates were tried.</summary>
internal sealed record TestRequest(string Path, string Method = "GET", bool IsGrpc = false)
{
    private static readonly Func<object, string, string?> s_headerReader = static (carrier, name) =>
    {
        var request = (TestRequest)carrier;
        request.HeaderReads++;
        return request.Headers.GetValueOrDefault(name);
    };

    private static readonly Func<object, string, string?> s_baggageReader =
        static (carrier, name) => ((TestRequest)carrier).AmbientBaggage.GetValueOrDefault(name);

    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Without the question mark.</summary>
    public string Query { get; init; } = "";

    /// <summary>What the request travels with besides its own header.</summary>
    public Dictionary<string, string> AmbientBaggage { get; init; } = [];

    /// <summary>What is drawn, in hundredths of a per cent. Null: another one each time.</summary>
    public int? Draw { get => (Random as FixedRandom)?.Value; init => Random = new FixedRandom(value!.Value); }

    public Random Random { get; init; } = Random.Shared;

    public int HeaderReads { get; private set; }

    public RequestFacts Facts => new()
    {
        Path = Path,
        Query = Query,
        Method = Method,
        IsGrpc = IsGrpc,
        Carrier = this,
        HeaderReader = s_headerReader,
        BaggageReader = s_baggageReader,
        Random = Random,
    };

    private sealed class FixedRandom(int value) : Random
    {
        public int Value => value;

        public override int Next(int maxValue) => value;
    }
}
