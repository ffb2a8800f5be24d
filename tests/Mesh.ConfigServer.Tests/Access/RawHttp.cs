using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.ConfigServer.Tests.Hosting;

namespace Mesh.ConfigServer.Tests.Access;

/// <summary>Sends requests as no client library would.</summary>
internal static class RawHttp
{
    /// <summary>The answer, with its head. The request must ask for the end of the connection.</summary>
    public static async Task<string> SendAsync(TestServer server, string request)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(server.Server.Addresses.Http!), patience.Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), patience.Token);
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        try
        {
            while (await client.GetStream().ReadAsync(buffer, patience.Token) is > 0 and int count)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (IOException) when (answer.Length > 0)
        {
            // Answered, and hung up on what was still to be sent.
        }

        return answer.ToString();
    }
}
