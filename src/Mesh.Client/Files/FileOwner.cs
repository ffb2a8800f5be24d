using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Mesh.Client.Files;

/// <summary>Whose a file is, which .NET does not tell.</summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100;
    private const uint Uid = 0x8;

    /// <summary>Null: the system does not tell.</summary>
    [SupportedOSPlatform("linux")]
    public static bool? IsOurs(string path)
    {
        // The kernel's struct statx: as long as this on every machine, and the owner's number at this place.
        Span<byte> status = stackalloc byte[256];
        try
        {
            return StatX(CurrentFolder, path, 0, Uid, status) != 0 ? null : BinaryPrimitives.ReadUInt32LittleEndian(status[20..]) == GetEffectiveUser();
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2024.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveUser();
}
