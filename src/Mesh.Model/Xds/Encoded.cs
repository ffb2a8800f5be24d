using System.Collections.Immutable;
using Google.Protobuf;

namespace Mesh.Model.Xds;

/// <summary>A resource for one kind of client, and what that kind cannot honour of it.</summary>
internal sealed record Encoded<TMessage>(TMessage Message, ImmutableArray<CapabilityGap> Gaps)
    where TMessage : IMessage<TMessage>;

/// <summary>A rule that a kind of client cannot honour.</summary>
/// <param name="Path">Where the rule stands in the service's document: <c>routes:testers:match:0:cookies</c>.</param>
/// <param name="Message">What becomes of it, in a sentence.</param>
internal sealed record CapabilityGap(string Path, string Message);
