using System.Collections.Immutable;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.Documents;

/// <summary>Gathers what is wrong with documents, as much of it as a person may mend in one go.</summary>
internal sealed class FaultList
{
    private static readonly MeshFault s_more = new("documents", "", null, "… and more: mend these first.");

    private readonly List<MeshFault> _faults = [];

    public int Count => _faults.Count;

    /// <summary>Whether a fault was left out. Nobody needs to look for another one.</summary>
    public bool HasMore { get; private set; }

    public void Add(MeshFault fault)
    {
        if (_faults.Count < MeshDocuments.MostFaults && fault != s_more)
        {
            _faults.Add(fault);
        }
        else
        {
            HasMore = true;
        }
    }

    public void AddRange(IEnumerable<MeshFault> faults)
    {
        foreach (MeshFault fault in faults.TakeWhile(_ => !HasMore))
        {
            Add(fault);
        }
    }

    /// <summary>Those of one document.</summary>
    /// <param name="faults">What is wrong with it.</param>
    /// <param name="word">How it is told.</param>
    public void AddRange<T>(DocumentResult<T> faults, Func<DocumentFault, MeshFault> word)
        where T : class
    {
        AddRange(faults.Faults.Select(word));
        HasMore |= faults.HasMoreFaults;
    }

    /// <summary>By file and line. Where some were left out the last one says so.</summary>
    public ImmutableArray<MeshFault> ToFaults() =>
    [
        .. _faults.OrderBy(fault => fault.File, StringComparer.Ordinal).ThenBy(fault => fault.Line ?? int.MaxValue),
        .. HasMore ? [s_more] : (MeshFault[])[],
    ];
}
