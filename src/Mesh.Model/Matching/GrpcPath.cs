namespace Mesh.Model.Matching;

/// <summary>The path of a gRPC call, <c>/{service}/{method}</c>, taken apart.</summary>
internal readonly ref struct GrpcPath
{
    public GrpcPath(ReadOnlySpan<char> path)
    {
        if (path is ['/', .. var rest]
            && rest.IndexOf('/') is > 0 and var slash
            && rest[(slash + 1)..] is { IsEmpty: false } method
            && !method.Contains('/'))
        {
            Service = rest[..slash];
            Method = method;
        }
    }

    /// <summary>Whether the path has that form. If not, both parts are empty.</summary>
    public bool IsValid => !Method.IsEmpty;

    public ReadOnlySpan<char> Service { get; }

    public ReadOnlySpan<char> Method { get; }

    public bool IsMatch(GrpcMatch match) =>
        IsValid
        && (match.Service is null || Service.SequenceEqual(match.Service))
        && (match.Method is null || Method.SequenceEqual(match.Method));
}
