namespace Mesh.Client.Sources;

/// <summary>Where rules and endpoints come from. Sources are asked in order; for each question the first that knows answers whole.</summary>
internal interface IMeshSource
{
    /// <summary>The source's name, for people.</summary>
    string Name { get; }

    /// <summary>
    /// Whether it decides which services there are. It comes before all sources but for answers that override it; and while it is silent a name
    /// that no other source knows is nobody's, rather than DNS's.
    /// </summary>
    bool IsAuthority => false;

    /// <summary>
    /// How the source calls the service of a URI that the settings do not declare, where it tells services apart by their ports, too; null: all
    /// services are called by their hosts.
    /// </summary>
    Func<Uri, string>? NameByPort => null;

    /// <summary>How long it may be silent before it counts as not knowing for now.</summary>
    TimeSpan Patience => SourceSubscription.SilenceLimit;

    /// <summary>Once it can answer, or has failed to. The host starts no sooner, but for one that takes too long.</summary>
    Task Ready => Task.CompletedTask;

    /// <summary>
    /// Starts to follow a service. Answers go to <paramref name="observer"/>, at once where one is at hand, and again whenever it
    /// changes, until the result is disposed. The observer may be called from any thread.
    /// </summary>
    IDisposable Follow(string service, Action<SourceAnswer> observer);

    /// <summary>What people want to know of it; null: nothing more than its answers.</summary>
    ConfigServerDescription? Describe() => null;
}
