using System.Collections.Immutable;
using Mesh.ConfigServer.Store;
using Mesh.Model;
using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Access;

/// <summary>A feature of each request that was let in: who calls, and what the caller may see and write.</summary>
/// <param name="Token">Null: none was shown, and none is needed.</param>
internal sealed record AccessCaller(AccessToken? Token)
{
    public static AccessCaller Of(HttpContext context) =>
        context.Features.Get<AccessCaller>() ?? throw new InvalidOperationException("The request was let in by nobody.");

    public string Name => Token?.Name ?? WriteOrigin.Loopback;

    public AccessRole Role => Token?.Role ?? AccessRole.Admin;

    public WriteScope Scope { get; } = Token?.Namespaces is { } spaces
        ? new WriteScope(spaces.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase)) : WriteScope.Everything;

    /// <summary>Whether it may see what is there. What holds for the whole mesh holds for its services, too.</summary>
    public bool MaySee(string? @namespace) => @namespace is null or "" or PolicyScope.WholeMesh || Scope.Contains(@namespace);
}
