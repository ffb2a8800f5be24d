using Mesh.Client.Transport;
using Mesh.Model;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Sources;

/// <summary>The services that a handler of the application's answers for: each has one endpoint, wherever other sources say it runs.</summary>
internal sealed class HandlerSource(IOptions<TransportOptions> options) : IMeshSource
{
    public string Name => "handler";

    public IDisposable Follow(string service, Action<SourceAnswer> observer)
    {
        observer(options.Value.Handlers.ContainsKey(service)
            ? new SourceAnswer { IsOverriding = true, Endpoints = [new MeshEndpoint { Host = service, Port = 80 }] }
            : SourceAnswer.NotKnown);
        return Never.Changes;
    }

    /// <summary>The application says it once, before it starts.</summary>
    private sealed class Never : IDisposable
    {
        public static Never Changes { get; } = new();

        public void Dispose()
        {
        }
    }
}
