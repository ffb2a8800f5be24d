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

    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public int HeaderReads { get; private set; }

    public RequestFacts Facts => new()
    {
        Path = Path,
        Method = Method,
        IsGrpc = IsGrpc,
        Carrier = this,
        HeaderReader = s_headerReader,
    };
}
