using System.Security.Cryptography;
using Google.Protobuf;
using Mesh.Client.Sources.Xds;
using Mesh.Client.Sources.Xds.Cache;
using Mesh.Model;

namespace Mesh.Client.Tests.Sources.Xds;

public sealed class CacheFormatTests
{
    private static readonly XdsTarget s_target = new([new Uri("http://a:1"), new Uri("http://b:1")], "cache", new ServiceIdentity { Name = "web" });

    [Fact]
    public void What_is_written_is_read()
    {
        CachedResource[] resources = [new("type", "name", "v1", ByteString.CopyFrom(1, 2, 3)), new("type", "empty", "", ByteString.Empty)];

        CacheContent read = CacheFormat.Read(Written(new CacheContent(s_target, new ServerState("m", 2, 17), resources)), s_target);

        Assert.Equal(new ServerState("m", 2, 17), read.State);
        Assert.Equal(resources, read.Resources);
        Assert.Null(CacheFormat.Read(Written(new CacheContent(s_target, null, [])), s_target).State);
    }

    [Fact]
    public void One_server_in_common_is_enough()
    {
        byte[] bytes = Written(new CacheContent(s_target, null, []));

        CacheFormat.Read(bytes, s_target with { Addresses = [new Uri("http://c:1"), new Uri("http://b:1")] });
        Assert.Throws<CacheException>(() => CacheFormat.Read(bytes, s_target with { Addresses = [new Uri("http://c:1")] }));
    }

    [Fact]
    public void Whatever_bytes_have_the_right_checksum_nothing_else_is_thrown()
    {
        byte[] good = Written(new CacheContent(s_target, new ServerState("m", 2, 17), [new("type", "name", "v1", ByteString.CopyFrom(1, 2, 3))]));
        Random random = new(1);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. good[..^SHA256.HashSizeInBytes]];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(12, bytes.Length)] = (byte)random.Next(256);
            }

            byte[] cut = bytes[..random.Next(12, bytes.Length + 1)];
            try
            {
                CacheFormat.Read([.. cut, .. SHA256.HashData(cut)], s_target);
            }
            catch (CacheException)
            {
                // It is not right, and is said to be so.
            }
        }
    }

    private static byte[] Written(CacheContent content)
    {
        using MemoryStream file = new();
        CacheFormat.Write(content, file);
        return file.ToArray();
    }
}
