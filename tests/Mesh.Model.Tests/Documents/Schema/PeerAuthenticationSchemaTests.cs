using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

public sealed class PeerAuthenticationSchemaTests
{
    [Fact]
    public void A_whole_document_is_read()
    {
        DocumentResult<PeerAuthentication> result = Read("""
            {
              "kind": "PeerAuthentication", "name": "strict", "namespace": "shop", "selector": { "service": "orders" }, "mode": "Strict",
              "ports": { "8081": { "mode": "Disabled" }, "8082": { "mode": "Unset" } }
            }
            """);

        Assert.Equal([], result.Faults);
        PeerAuthentication read = result.Value!;
        Assert.Equal(("strict", "shop", "orders", InboundTls.Strict), (read.Name, read.Namespace, read.Selector!.Service, read.Mode));
        Assert.Equal([KeyValuePair.Create(8081, (InboundTls?)InboundTls.Disabled), KeyValuePair.Create(8082, (InboundTls?)null)], read.Ports);
    }

    [Theory]
    [InlineData("""{ "kind": "PeerAuthentication", "name": "a" }""", "policy", "Something is missing: give one of Mode, Ports.")]
    [InlineData("""{ "kind": "PeerAuthentication", "name": "a", "mode": "Mutual" }""", "policy:mode", "'Mutual' is not one of Strict, Permissive, Disabled, Unset.")]
    [InlineData("""{ "kind": "PeerAuthentication", "name": "a", "ports": { "1": { "mode": "Strict" } } }""", "policy", "Ports are those of some service: give a selector.")]
    [InlineData("""{ "kind": "PeerAuthentication", "name": "a", "selector": { "service": "b" }, "ports": { "x": { "mode": "Strict" } } }""", "policy:ports:x", "'x' is not a port")]
    [InlineData("""{ "kind": "PeerAuthentication", "name": "a", "selector": { "service": "b" }, "ports": { "080": { "mode": "Strict" } } }""", "policy:ports:080", "'080' is not a port")]
    [InlineData("""{ "kind": "PeerAuthentication", "name": "a", "selector": { "service": "b" }, "ports": { "80": {} } }""", "policy:ports:80", "Something is missing: give Mode.")]
    [InlineData("""{ "kind": "PeerAuthentication", "name": "a", "mode": "Strict", "mtls": {} }""", "policy:mtls", "This is not a setting.")]
    public void Documents_that_are_refused(string json, string path, string start)
    {
        DocumentFault fault = Assert.Single(Read(json).Faults);

        Assert.Equal(path, fault.Path);
        Assert.StartsWith(start, fault.Message, StringComparison.Ordinal);
    }

    private static DocumentResult<PeerAuthentication> Read(string json) => MeshDocuments.ReadPeerAuthentication(JsonNodes.Read(json, "policy"));
}
