namespace Mesh.ConfigServer.Xds;

/// <summary>A rule that a client cannot honour.</summary>
/// <param name="Service">The full name of the service that it stands in; <c>*</c>: none of them.</param>
/// <param name="Path">Where in the document.</param>
/// <param name="Message">What becomes of it.</param>
internal sealed record ClientGap(string Service, string Path, string Message);
