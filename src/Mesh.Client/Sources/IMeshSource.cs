namespace Mesh.Client.Sources;

/// <summary>Where rules and endpoints come from. Sources are asked in order; for each question the first that knows answers whole.</summary>
internal interface IMeshSource
{
    /// <summary>The source's name, for people.</summary>
    string Name { get; }

    /// <summary>
    /// Starts to follow a service. Answers go to <paramref name="observer"/>, at once where one is at hand, and again whenever it
    /// changes, until the result is disposed. The observer may be called from any thread.
    /// </summary>
    IDisposable Follow(string service, Action<SourceAnswer> observer);
}
