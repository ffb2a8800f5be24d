using System.Net.Http.Headers;

namespace Mesh.Client.Filters;

/// <summary>How a request was before it was edited. It is the caller's, who may send it again.</summary>
internal sealed class RequestEdits(HttpRequestMessage request)
{
    private readonly Uri? _uri = request.RequestUri;
    private readonly string? _host = request.Headers.Host;
    private List<(HttpHeaders Headers, string Name, string[] Values)>? _headers;

    /// <summary>Remembers a header, before it is changed for the first time.</summary>
    public void Remember(HttpHeaders headers, string name)
    {
        _headers ??= [];
        if (!_headers.Exists(saved => saved.Headers == headers && saved.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            _headers.Add((headers, name, headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? [.. values] : []));
        }
    }

    /// <summary>Puts the request back as it was.</summary>
    public void Undo()
    {
        request.RequestUri = _uri;
        request.Headers.Host = _host;
        foreach ((HttpHeaders headers, string name, string[] values) in _headers ?? [])
        {
            headers.Remove(name);
            if (values.Length > 0)
            {
                headers.TryAddWithoutValidation(name, values);
            }
        }
    }
}
