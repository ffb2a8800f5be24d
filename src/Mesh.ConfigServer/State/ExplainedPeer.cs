using System.Net;
using Mesh.Model.Identity;

namespace Mesh.ConfigServer.State;

/// <summary>Who calls, as the one who is called sees it.</summary>
/// <param name="Id">Who it has proven to be; null: it has proven nothing.</param>
/// <param name="Address">Where the connection comes from; null: that is not known.</param>
internal sealed record ExplainedPeer(SpiffeId? Id, IPAddress? Address)
{
    /// <summary>How a caller is named that has proven nothing.</summary>
    public const string Nobody = "nobody";

    /// <summary>Null: it is neither an identity, with or without <c>spiffe://</c>, nor <see cref="Nobody"/>.</summary>
    public static ExplainedPeer? TryOf(string text, IPAddress? address) =>
        text == Nobody ? new ExplainedPeer(null, address)
        : SpiffeId.TryParse(text.Contains("://", StringComparison.Ordinal) ? text : "spiffe://" + text, out SpiffeId? id) ? new ExplainedPeer(id, address)
        : null;
}
