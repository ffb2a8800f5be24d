using System.Net.Http.Headers;
using Mesh.Model;

namespace Mesh.Client.Filters;

/// <summary>Edits headers: sets, adds, removes, in this order.</summary>
internal sealed class HeaderEditor
{
    private readonly (string Name, string Value)[] _set;
    private readonly (string Name, string Value)[] _add;
    private readonly string[] _remove;

    private HeaderEditor(HeaderEdits edits)
    {
        _set = [.. edits.Set.Select(header => (header.Key, header.Value))];
        _add = [.. edits.Add.Select(header => (header.Key, header.Value))];
        _remove = [.. edits.Remove];
    }

    /// <summary>Null where nothing is to be edited.</summary>
    public static HeaderEditor? For(HeaderEdits edits) =>
        edits is { Set.IsEmpty: true, Add.IsEmpty: true, Remove.IsEmpty: true } ? null : new HeaderEditor(edits);

    public void Apply(HttpRequestMessage request, RequestEdits edits) => Apply(request.Headers, request.Content?.Headers, edits);

    public void Apply(HttpResponseMessage response) => Apply(response.Headers, response.Content.Headers, edits: null);

    private void Apply(HttpHeaders message, HttpContentHeaders? content, RequestEdits? edits)
    {
        foreach ((string name, string value) in _set)
        {
            if (Place(message, content, name, edits) is { } place)
            {
                place.Remove(name);
                place.TryAddWithoutValidation(name, value);
            }
        }

        foreach ((string name, string value) in _add)
        {
            Place(message, content, name, edits)?.TryAddWithoutValidation(name, value);
        }

        foreach (string name in _remove)
        {
            Place(message, content, name, edits)?.Remove(name);
        }
    }

    /// <summary>
    /// Where a header belongs: .NET keeps those of the body apart. Null where there is no such place, as for Content-Type without a body.
    /// </summary>
    private static HttpHeaders? Place(HttpHeaders message, HttpContentHeaders? content, string name, RequestEdits? edits)
    {
        HttpHeaders? place = CanHold(message, name) ? message
            : content is not null && CanHold(content, name) ? content
            : null;
        if (place is not null)
        {
            edits?.Remember(place, name);
        }

        return place;
    }

    // Adding nothing asks whether it could be added.
    private static bool CanHold(HttpHeaders headers, string name) => headers.TryAddWithoutValidation(name, []);
}
