using Mesh.Client.Calls;
using Mesh.Client.Runtime;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>The services under <c>Mesh:Upstreams</c> of which the config server has not said anything, nor does anybody else know them.</summary>
internal sealed class SilentUpstreams(Lazy<CallPool> calls, TimeProvider time)
{
    /// <summary>A process is registered all the same after this time: most of what it does may need none of them.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Until there are none. Does not throw.</summary>
    public async Task WaitAsync(CancellationToken stop)
    {
        for (long start = time.GetTimestamp(); Any() && !stop.IsCancellationRequested && time.GetElapsedTime(start) < Longest;)
        {
            await Task.Delay(s_look, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool Any()
    {
        MeshRuntime runtime = calls.Value.Runtime;
        return runtime.Settings.Settings.Upstreams.Select(runtime.GetOrAdd).Any(service => !service.IsDecided || service.SilentAuthority is not null);
    }
}
