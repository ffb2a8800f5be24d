using System.Collections.Immutable;

namespace Mesh.ConfigServer.Documents;

/// <summary>
/// What was read from texts: documents, each of which is given once, and what is wrong with those that could not be read.
/// </summary>
internal sealed record DocumentSet
{
    private DocumentSet(ImmutableArray<ReadDocument> documents, ImmutableArray<MeshFault> faults) =>
        (Documents, Faults) = (documents, faults);

    public static DocumentSet Empty { get; } = new([], []);

    public ImmutableArray<ReadDocument> Documents { get; }

    public ImmutableArray<MeshFault> Faults { get; }

    /// <summary>Of documents that stand for one thing the first is taken; the others are faults.</summary>
    public static DocumentSet Of(IEnumerable<ReadDocument> documents, IEnumerable<MeshFault>? faults = null)
    {
        Dictionary<DocumentKey, ReadDocument> firsts = [];
        List<ReadDocument> distinct = [];
        FaultList all = new();
        all.AddRange(faults ?? []);
        foreach (ReadDocument document in documents)
        {
            if (firsts.TryAdd(document.Key, document))
            {
                distinct.Add(document);
            }
            else
            {
                ReadDocument first = firsts[document.Key];
                string place = first.File is null ? $"at line {first.Root.Line}" : $"in {first.File}, line {first.Root.Line}";
                string message = $"The document is given already, {place}. Give each one once.";
                all.Add(new MeshFault(document.Key.ToString(), "", document.Root.Line, message) { File = document.File });
            }
        }

        return new DocumentSet([.. distinct], all.ToFaults());
    }
}
