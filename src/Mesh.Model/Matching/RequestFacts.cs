namespace Mesh.Model.Matching;

/// <summary>What a route may ask about a request. Lives on the stack, for the length of one question.</summary>
internal readonly ref struct RequestFacts
{
    /// <summary>Without the query, percent-encoded as it stands in the URI.</summary>
    public required ReadOnlySpan<char> Path { get; init; }

    /// <summary>What follows the question mark; percent-encoded.</summary>
    public ReadOnlySpan<char> Query { get; init; }

    /// <summary>In any case: <c>new HttpMethod("get")</c> asks for what GET asks for.</summary>
    public required string Method { get; init; }

    /// <summary>Whether the request's content type starts with <c>application/grpc</c>.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>The request that the readers read from.</summary>
    public required object Carrier { get; init; }

    /// <summary>
    /// Reads a header of the carrier: several values joined by <c>", "</c>, cookies by <c>"; "</c>, null when it is absent.
    /// One delegate for all requests, so that asking allocates nothing.
    /// </summary>
    public required Func<object, string, string?> HeaderReader { get; init; }

    /// <summary>
    /// Reads an entry of the baggage that the carrier travels with besides what its own header says: decoded, null when it is absent.
    /// One delegate, too.
    /// </summary>
    public required Func<object, string, string?> BaggageReader { get; init; }

    /// <summary>Draws for shares in percent. Safe under parallel calls, as <see cref="System.Random.Shared"/> is.</summary>
    public required Random Random { get; init; }

    public string? Header(string name) => HeaderReader(Carrier, name);

    public string? AmbientBaggage(string name) => BaggageReader(Carrier, name);
}
