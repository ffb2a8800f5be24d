namespace Mesh.Client.Transport;

/// <summary>
/// An attempt to send a request that has a body over HTTP/1.1, and what became of it on the connection. The runtime's handler tells neither;
/// but it writes a request to its connection in the request's own flow. Over HTTP/2 it does not: there this says nothing.
/// </summary>
/// <param name="mayRepeat">Whether it may be written again where a server may have processed it.</param>
internal sealed class Sending(bool mayRepeat)
{
    private static readonly AsyncLocal<Sending?> s_current = new();

    /// <summary>The one that whatever is written now belongs to; null: nobody needs to know.</summary>
    public static Sending? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    /// <summary>Whether it may be written again where a server may have processed it.</summary>
    public bool MayRepeat => mayRepeat;

    /// <summary>A server may have got some of it.</summary>
    public bool IsWritten { get; private set; }

    /// <summary>It went to a connection that had carried others, which the server may have been about to close.</summary>
    public bool IsOnUsedConnection { get; private set; }

    public void OnWrite(bool isUsedConnection)
    {
        IsWritten = true;
        IsOnUsedConnection = isUsedConnection;
    }
}
