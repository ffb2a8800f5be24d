namespace Mesh.Client.Transport;

/// <summary>The connection was gone before a byte of the request was written to it: no server has seen the request.</summary>
internal sealed class NotWrittenException() : IOException("The server had closed the connection before the request was written to it.")
{
    /// <summary>Whether that is why a send failed.</summary>
    public static bool IsCauseOf(Exception? exception)
    {
        while (exception is not null and not NotWrittenException)
        {
            exception = exception.InnerException;
        }

        return exception is not null;
    }
}
