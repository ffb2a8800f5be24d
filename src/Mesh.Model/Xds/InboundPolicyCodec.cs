using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Documents;
using Mesh.Model.Identity;
using Enum = System.Enum;

namespace Mesh.Model.Xds;

/// <summary>
/// What processes of our own are told of the calls that reach them. Policies travel as the documents they are, and are read as strictly as a config
/// server reads them: one that says more than is understood here is no policy, for it may forbid what nobody would see.
/// </summary>
internal static class InboundPolicyCodec
{
    /// <param name="name">The service's full name.</param>
    /// <param name="documents">In canonical JSON.</param>
    /// <param name="standard">What holds where no policy allows anything.</param>
    /// <param name="revoked">Who is not believed any more.</param>
    public static Wire.MeshInboundPolicy Encode(string name, IEnumerable<string> documents, AuthorizationDefault standard, IEnumerable<RevokedIdentity> revoked) => new()
    {
        Name = name,
        Documents = { documents },
        AuthorizationDefault = standard.ToString(),
        Revoked = { revoked.Select(each => new Wire.MeshRevokedIdentity { Id = each.Id.ToString(), Until = Timestamp.FromDateTimeOffset(each.Until) }) },
    };

    public static Decoded<XdsInboundPolicy> Decode(Wire.MeshInboundPolicy message)
    {
        XdsField at = XdsField.Resource();
        ImmutableArray<AuthorizationPolicy>.Builder authorization = ImmutableArray.CreateBuilder<AuthorizationPolicy>();
        ImmutableArray<PeerAuthentication>.Builder peers = ImmutableArray.CreateBuilder<PeerAuthentication>();
        foreach ((int index, string document) in message.Documents.Index())
        {
            DocumentNode root = JsonNodes.Read(document, "");
            XdsField there = at["documents", index];
            switch (root.Find("kind")?.Value)
            {
                case AuthorizationSchema.Kind:
                    Add(authorization, MeshDocuments.ReadAuthorizationPolicy(root), there);
                    break;
                case PeerAuthenticationSchema.Kind:
                    Add(peers, MeshDocuments.ReadPeerAuthentication(root), there);
                    break;
                case var kind:
                    there.Fault(kind is null ? "It does not say of which kind it is." : $"{Wording.Quote(kind)} is no kind of policy that is known here.");
                    break;
            }
        }

        if (!Enum.TryParse(message.AuthorizationDefault, out AuthorizationDefault standard) || standard.ToString() != message.AuthorizationDefault)
        {
            at["authorization_default"].Fault($"{Wording.Quote(message.AuthorizationDefault)} is none of {Wording.Names(Enum.GetNames<AuthorizationDefault>())}.");
        }

        ImmutableArray<RevokedIdentity> revoked = [.. message.Revoked.SelectMany((each, index) => Revoked(each, at["revoked", index]) is { } one ? (RevokedIdentity[])[one] : [])];
        return at.Decoded(new XdsInboundPolicy
        {
            Name = message.Name, Authorization = authorization.ToImmutable(), Default = standard, PeerAuthentication = peers.ToImmutable(), Revoked = revoked,
        });
    }

    private static void Add<T>(ImmutableArray<T>.Builder all, DocumentResult<T> read, XdsField at)
        where T : class
    {
        if (read.Value is { } value)
        {
            all.Add(value);
        }

        foreach (DocumentFault fault in read.Faults)
        {
            at.Fault($"{fault.Path}: {fault.Message}");
        }
    }

    // Null after a fault.
    private static RevokedIdentity? Revoked(Wire.MeshRevokedIdentity message, XdsField at)
    {
        if (!SpiffeId.TryParse(message.Id, out SpiffeId? id))
        {
            at["id"].Fault($"{Wording.Quote(message.Id)} is no identity.");
            return null;
        }

        if (message.Until is not { Seconds: >= 0 and < 253402300800, Nanos: >= 0 and < 1_000_000_000 } until)
        {
            at["until"].Fault("It is not said until when certificates are not to be believed.");
            return null;
        }

        return new RevokedIdentity(id, until.ToDateTimeOffset());
    }
}
