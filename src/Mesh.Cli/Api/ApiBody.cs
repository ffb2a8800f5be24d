using System.Text;

namespace Mesh.Cli.Api;

/// <summary>The body of an answer, which may end before its time.</summary>
internal sealed class ApiBody(HttpResponseMessage response, ApiFailures failures)
{
    private const int BufferSize = 64 * 1024;

    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        await CopyAsync(body, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>Not in one step: what cannot be read is the server's, what cannot be written is not.</summary>
    public async Task CopyAsync(Stream target, CancellationToken cancellationToken)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[BufferSize];
        while (await ReadAsync(body, buffer, cancellationToken).ConfigureAwait(false) is > 0 and int count)
        {
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw failures.BrokenOff(exception);
        }
    }
}
