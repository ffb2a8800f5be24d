namespace Mesh.ConfigServer.Store;

/// <summary>Why a store does not do what it was asked to.</summary>
internal enum StoreFailure
{
    /// <summary>It cannot write or read now: the disk is full, the file is corrupt or locked.</summary>
    Unavailable,

    /// <summary>Another process has it.</summary>
    InUse,

    /// <summary>It takes its documents from elsewhere.</summary>
    ReadOnly,

    /// <summary>What the caller expected to replace is not what is there.</summary>
    PreconditionFailed,

    /// <summary>There is no such generation.</summary>
    UnknownGeneration,

    /// <summary>It is not the caller's to write.</summary>
    OutOfScope,

    /// <summary>What should be restored is no backup of a mesh.</summary>
    BadBackup,
}
