using Mesh.Client.Files;
using Mesh.Model;

namespace Mesh.Client.Sources.Xds.Cache;

/// <summary>Where caches are: nobody but this user may write there, for who does says where calls go.</summary>
internal sealed class CacheFolder(string path)
{
    private readonly PrivateFolder _folder = new(path);

    public string PathOf(ServiceIdentity identity) => _folder.PathOf(NameOf(identity));

    /// <summary>Null: there is no file.</summary>
    /// <exception cref="UnsafePlaceException">It is not safe to use.</exception>
    public byte[]? Read(ServiceIdentity identity) => _folder.Read(NameOf(identity));

    /// <summary>Replaces the file as a whole: whoever reads it finds the one before or this one.</summary>
    /// <exception cref="UnsafePlaceException">It is not safe to use.</exception>
    public void Write(ServiceIdentity identity, Action<Stream> write) => _folder.Write(NameOf(identity), write);

    /// <summary>Removes what processes have left that ended while they wrote.</summary>
    /// <param name="identity">Whose file it was to be.</param>
    /// <param name="before">What is younger may be being written.</param>
    public void RemoveLeftovers(ServiceIdentity identity, DateTimeOffset before) => _folder.RemoveLeftovers(NameOf(identity), before);

    private static string NameOf(ServiceIdentity identity) => $"{identity.Name}.{identity.Namespace}.xds";
}
