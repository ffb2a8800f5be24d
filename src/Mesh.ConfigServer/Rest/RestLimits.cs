namespace Mesh.ConfigServer.Rest;

/// <summary>What the API takes of anybody.</summary>
internal static class RestLimits
{
    /// <summary>Bodies of more bytes than these are taken one after the other.</summary>
    public const int LargeBody = 256 * 1024;

    /// <summary>Changes of each generation in a list of them.</summary>
    public const int Changes = 100;

    /// <summary>Bytes of what asks for a token.</summary>
    public const int SmallBody = 64 * 1024;

    /// <summary>Bytes of a backup, which has the whole history in it.</summary>
    public const long Backup = 1024L * 1024 * 1024;

    /// <summary>Characters of who writes.</summary>
    public const int Author = 256;

    /// <summary>Characters of why.</summary>
    public const int Message = 4096;

    /// <summary>Characters of a path in the log, and in the audit.</summary>
    public const int LoggedPath = 300;

    /// <summary>Generations, or records of the audit, in one answer.</summary>
    public const int Generations = 1000;
}
