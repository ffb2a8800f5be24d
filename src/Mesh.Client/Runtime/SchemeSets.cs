using System.Collections.Immutable;
using Mesh.Model;

namespace Mesh.Client.Runtime;

/// <summary>The endpoints for calls of either scheme. Immutable.</summary>
internal sealed class SchemeSets
{
    public SchemeSets(ImmutableArray<Endpoint> http, ImmutableArray<Endpoint> https, MeshService settings, SchemeSets? previous)
    {
        Http = new EndpointSet(http, settings, previous?.Http);

        // As a rule endpoints do not care for the scheme, and one set serves both.
        Https = http.SequenceEqual(https) ? Http : new EndpointSet(https, settings, previous?.Https);
    }

    public EndpointSet Http { get; }

    public EndpointSet Https { get; }

    public bool IsInPanic => Http.IsInPanic || Https.IsInPanic;

    public EndpointSet For(bool isHttps) => isHttps ? Https : Http;
}
