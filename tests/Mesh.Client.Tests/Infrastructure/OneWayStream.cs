using System.Text;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A stream of unknown length that can be read once.</summary>
internal sealed class OneWayStream(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();
}
