using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Mesh.Client.Sources.Xds.Cache;

/// <summary>
/// The bytes of a cache file: a magic text and the format's version, whose it is and where it comes from, the resources, and a checksum over
/// all that.
/// </summary>
internal static class CacheFormat
{
    private const int Version = 1;
    private const int BufferSize = 64 * 1024;

    private static readonly byte[] s_magic = "mesh-xds"u8.ToArray();

    /// <summary>Never in one piece, which may be large.</summary>
    public static void Write(CacheContent content, Stream file)
    {
        using SHA256 sum = SHA256.Create();
        using (CryptoStream summed = new(file, sum, CryptoStreamMode.Write, leaveOpen: true))
        using (BufferedStream buffered = new(summed, BufferSize))
        using (BinaryWriter writer = new(buffered, Encoding.UTF8))
        {
            Write(content, writer);
        }

        file.Write(sum.Hash);
    }

    /// <exception cref="CacheException">It is damaged, of a later format, or not this process's.</exception>
    public static CacheContent Read(byte[] bytes, XdsTarget target)
    {
        if (bytes.Length < s_magic.Length + sizeof(int) + SHA256.HashSizeInBytes || !bytes.AsSpan().StartsWith(s_magic))
        {
            throw new CacheException("It is no such file.");
        }

        int version = BitConverter.ToInt32(bytes, s_magic.Length);
        if (version != Version)
        {
            throw new CacheException($"Its format is {version}, and this version of Mesh.Client reads {Version}.");
        }

        int length = bytes.Length - SHA256.HashSizeInBytes;
        if (!SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
        {
            throw new CacheException("It is damaged: its checksum is wrong.");
        }

        try
        {
            using MemoryStream content = new(bytes, s_magic.Length + sizeof(int), length - s_magic.Length - sizeof(int));
            using BinaryReader reader = new(content, Encoding.UTF8);
            return Read(reader, target, size => Slice(bytes, content, size));
        }
        catch (Exception malformed) when (malformed is IOException or FormatException or ArgumentException or DecoderFallbackException)
        {
            throw new CacheException($"It is damaged: {malformed.Message}");
        }
    }

    private static void Write(CacheContent content, BinaryWriter writer)
    {
        writer.Write(s_magic);
        writer.Write(Version);
        writer.Write(OwnerOf(content.Target));
        writer.Write(content.Target.Addresses.Length);
        foreach (Uri address in content.Target.Addresses)
        {
            writer.Write(address.ToString());
        }

        writer.Write(content.State?.Mesh ?? "");
        writer.Write(content.State?.Epoch ?? -1);
        writer.Write(content.State?.Generation ?? -1);
        writer.Write(content.Resources.Count);
        foreach (CachedResource resource in content.Resources)
        {
            writer.Write(resource.Type);
            writer.Write(resource.Name);
            writer.Write(resource.Version);
            writer.Write(resource.Bytes.Length);
            writer.Write(resource.Bytes.Span);
        }
    }

    private static CacheContent Read(BinaryReader reader, XdsTarget target, Func<int, ByteString> slice)
    {
        string owner = reader.ReadString();
        if (owner != OwnerOf(target))
        {
            throw new CacheException($"It is that of '{owner}'.");
        }

        string[] addresses = [.. Enumerable.Range(0, Count(reader)).Select(_ => reader.ReadString())];
        if (!addresses.Intersect(target.Addresses.Select(address => address.ToString())).Any())
        {
            throw new CacheException($"It comes from other servers: {string.Join(", ", addresses)}.");
        }

        ServerState state = new(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64());
        CachedResource[] resources =
        [
            .. Enumerable.Range(0, Count(reader)).Select(_ => new CachedResource(
                reader.ReadString(), reader.ReadString(), reader.ReadString(), slice(Count(reader)))),
        ];
        return new CacheContent(target, state.Epoch < 0 ? null : state, resources);
    }

    // Not copied: most of it is written again as it is, and the rest is parsed.
    private static ByteString Slice(byte[] bytes, MemoryStream content, int size)
    {
        int start = s_magic.Length + sizeof(int) + (int)content.Position;
        content.Position += size;
        return UnsafeByteOperations.UnsafeWrap(bytes.AsMemory(start, size));
    }

    // Each of what is counted takes a byte at least.
    private static int Count(BinaryReader reader) => reader.ReadInt32() is int count && count >= 0 && count <= reader.BaseStream.Length - reader.BaseStream.Position
        ? count
        : throw new FormatException("A count is out of bounds.");

    // A control plane of another kind goes by what its bootstrap says, all but the name of this very process.
    private static string OwnerOf(XdsTarget target)
    {
        string owner = $"{target.Identity.Name}.{target.Identity.Namespace}";
        return target.Bootstrap?.Node is not { } node ? owner
            : $"{owner} as {node.Cluster} in {node.Metadata?.Fields.GetValueOrDefault("NAMESPACE")?.StringValue}";
    }
}
