using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Xds;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.Sources.Xds;

/// <summary>A resource as it stands in a state-of-the-world response: bare, or wrapped with its name.</summary>
internal static class SotwResource
{
    public static SentResource Read(ResourceStore store, XdsResourceType type, string version, Any sent)
    {
        if (!sent.Is(Wire.Resource.Descriptor))
        {
            return sent.TypeUrl == type.Url ? ReadBare(store, type, version, sent)
                : Bad(null, version, new XdsFault("type_url", $"It is '{sent.TypeUrl}', and not {type.Url}."));
        }

        if (!WireParser.TryParse(sent.Value, out Wire.Resource? wrapper, out string? error))
        {
            return Bad(null, version, Damaged(type, error));
        }

        return wrapper.Resource_ is not { } content ? Bad(wrapper.Name, version, new XdsFault("resource", "There is nothing in it."))
            : wrapper.Name.Length > 0 || content.TypeUrl != type.Url ? new(wrapper.Name, version, content, store.Read(type, wrapper.Name, content))
            : ReadBare(store, type, version, content);
    }

    private static SentResource ReadBare(ResourceStore store, XdsResourceType type, string version, Any content)
    {
        (string? name, string? error) = type.NameOf(content);
        return name is null ? Bad(null, version, Damaged(type, error)) : new(name, version, content, store.Read(type, name, content));
    }

    private static XdsFault Damaged(XdsResourceType type, string? error) => new("", $"Its bytes are no {type}: {error}");

    private static SentResource Bad(string? name, string version, XdsFault fault) => new(name, version, new(), ParsedResource.Bad(fault));
}
