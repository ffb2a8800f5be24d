using System.Diagnostics;

namespace Mesh.Benchmarks.Terminals;

/// <summary>What SocketsHttpHandler does to every request, whatever lies above it.</summary>
internal static class Wire
{
    public static void Send(HttpRequestMessage request)
    {
        // Finds the connection and writes the request line: both make the Uri parse itself and keep a string.
        Uri address = request.RequestUri!;
        GC.KeepAlive(address.IdnHost);
        GC.KeepAlive(address.PathAndQuery);

        if (Activity.Current is { } activity)
        {
            DistributedContextPropagator.Current.Inject(
                activity,
                request,
                static (carrier, name, value) => ((HttpRequestMessage)carrier!).Headers.TryAddWithoutValidation(name, value));
        }
    }
}
