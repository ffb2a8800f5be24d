using Mesh.ConfigServer.Store;

namespace Mesh.ConfigServer.Certificates;

/// <summary>A token that is wanted.</summary>
/// <param name="Grant">Who one becomes by it.</param>
/// <param name="CreatedBy">Who wants it.</param>
internal sealed record NewJoinToken(Grant Grant, string CreatedBy)
{
    /// <summary>Where it is made from.</summary>
    public WriteOrigin Origin { get; init; } = WriteOrigin.OfServer;

    /// <inheritdoc cref="JoinToken.Uses"/>
    public int? Uses { get; init; }

    /// <inheritdoc cref="JoinToken.MaxInstances"/>
    public int? MaxInstances { get; init; }

    /// <inheritdoc cref="JoinToken.MaxPerMinute"/>
    public int? MaxPerMinute { get; init; }
}
