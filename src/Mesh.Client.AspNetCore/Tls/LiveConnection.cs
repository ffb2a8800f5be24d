using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mesh.Client.AspNetCore.Tls;

/// <summary>A connection for as long as it lives.</summary>
/// <param name="connection">It.</param>
/// <param name="port">Where.</param>
/// <param name="proof">Of its caller; null: it is in plain text.</param>
/// <param name="ended">What is to be done at its end.</param>
internal sealed class LiveConnection(ConnectionContext connection, int port, PeerProof? proof, Action<LiveConnection> ended) : IDisposable
{
    private readonly IConnectionLifetimeNotificationFeature? _lifetime = connection.Features.Get<IConnectionLifetimeNotificationFeature>();

    public int Port => port;

    /// <summary>Null: it is in plain text.</summary>
    public PeerProof? Proof { get; set; } = proof;

    /// <summary>A timestamp of the clock: since when it is asked to end; null: it is not.</summary>
    public long? LetGoAt { get; private set; }

    public string Caller => Proof?.Id.ToString() ?? $"{connection.RemoteEndPoint}";

    /// <summary>What is in flight ends, and nothing comes after it.</summary>
    public void LetGo(long now)
    {
        LetGoAt = now;
        _lifetime?.RequestClose();
    }

    public void Cut() => connection.Abort(new ConnectionAbortedException("The mesh does not trust the caller any more."));

    public void Dispose() => ended(this);
}
