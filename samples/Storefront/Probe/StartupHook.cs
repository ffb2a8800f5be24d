using Storefront.Probe;

/// <summary>
/// The runtime calls this before a service's own <c>Main</c>, because the launcher names this assembly in
/// <c>DOTNET_STARTUP_HOOKS</c>. So the services themselves hold nothing that their authors would not write.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        Leash.Attach();
        Recorder.Start();
    }
}
