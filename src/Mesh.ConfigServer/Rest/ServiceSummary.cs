using Mesh.ConfigServer.State;
using Mesh.Model;

namespace Mesh.ConfigServer.Rest;

/// <summary>A service at a glance.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Namespace">And where.</param>
/// <param name="HasDocument">False: it is known for its instances alone.</param>
/// <param name="Endpoints">At how many addresses clients call it; null: neither a document nor a process says.</param>
internal sealed record ServiceSummary(string Service, string Namespace, bool HasDocument, int? Endpoints)
{
    /// <param name="name">Its full name.</param>
    /// <param name="documents">What is written.</param>
    /// <param name="live">What clients are told. A service that is not there is called by no one.</param>
    public static ServiceSummary Of(string name, MeshState documents, MeshState live)
    {
        string[] parts = name.Split('.', 2);
        return new ServiceSummary(
            parts[0], parts[1], documents.Services.ContainsKey(name),
            live.Services.TryGetValue(name, out MeshService? service) ? service.Endpoints?.Length : 0);
    }
}
