using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>A resource as it stands in a state-of-the-world response: bare, or wrapped with its name.</summary>
/// <param name="Name">Null: it cannot even be told which one it is.</param>
/// <param name="Content">Null: there is nothing in it.</param>
/// <param name="Fault">Why there is no name or content.</param>
internal sealed record SentResource(string? Name, Any? Content, XdsFault? Fault)
{
    private static readonly XdsFault s_empty = new("resource", "There is nothing in it.");

    public static SentResource Of(XdsResourceType type, Any sent)
    {
        try
        {
            if (!sent.Is(Wire.Resource.Descriptor))
            {
                return sent.TypeUrl == type.Url ? new(type.NameOf(sent), sent, null) : Nameless("type_url", $"It is '{sent.TypeUrl}', and not {type.Url}.");
            }

            Wire.Resource wrapper = sent.Unpack<Wire.Resource>();
            string name = wrapper.Name.Length > 0 || wrapper.Resource_?.TypeUrl != type.Url ? wrapper.Name : type.NameOf(wrapper.Resource_);
            return new(name, wrapper.Resource_, wrapper.Resource_ is null ? s_empty : null);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            return Nameless("", $"Its bytes are no {type}: {malformed.Message}");
        }
    }

    private static SentResource Nameless(string field, string message) => new(null, null, new XdsFault(field, message));
}
