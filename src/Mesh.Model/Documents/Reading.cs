using System.Collections.Immutable;

namespace Mesh.Model.Documents;

/// <summary>One pass over a document: gathers what is wrong with it.</summary>
internal sealed class Reading
{
    private readonly List<(DocumentNode Node, string Message)> _faults = [];
    private readonly List<(DocumentNode Node, string Message)> _warnings = [];

    // The places of the faults and all above them.
    private readonly HashSet<string> _faulty = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool _secured;
    private readonly Reading? _outer;
    private bool _hasMore;

    public Reading()
    {
    }

    private Reading(Reading outer)
    {
        (_faults, _warnings, _faulty, _secured, _outer) = (outer._faults, outer._warnings, outer._faulty, true, outer);
        (UnknownSettings, KnownIsEnough, ConcernsSecurity, MostFaults) =
            (outer.UnknownSettings, outer.KnownIsEnough, outer.ConcernsSecurity, outer.MostFaults);
    }

    public UnknownSettings UnknownSettings { get; init; } = UnknownSettings.Fail;

    /// <summary>True: what is known is read, whether it works yet or not.</summary>
    public bool KnownIsEnough { get; init; }

    /// <summary>Whether a key that no setting has may have been meant for security. Any may, unless one knows better.</summary>
    public Func<string, bool> ConcernsSecurity { get; init; } = _ => true;

    /// <summary>Faults beyond these are not gathered: of what a stranger sends nobody reads more.</summary>
    public int MostFaults { get; init; } = int.MaxValue;

    public int FaultCount => _faults.Count;

    /// <summary>Whether a fault was left out. No word needs to be found for another one.</summary>
    public bool HasMore => _outer?.HasMore ?? _hasMore;

    /// <summary>The same pass inside a section about security, where nothing unknown is let pass.</summary>
    public Reading Secured() => _secured ? this : new Reading(this);

    public bool HasFaultUnder(string path) => _faulty.Contains(path);

    public void Fault(DocumentNode node, string message)
    {
        if (_faults.Count >= MostFaults)
        {
            LeaveOut();
            return;
        }

        _faults.Add((node, message));
        string path = node.Path;
        while (_faulty.Add(path) && path.LastIndexOf(':') is var end and >= 0)
        {
            path = path[..end];
        }
    }

    public void NotSupportedYet(DocumentNode node, string what) =>
        Fault(node, $"{what} is known, not supported yet. Remove it until it is.");

    /// <summary>A key that no setting has. Where it may have been meant for security it is a fault in any case.</summary>
    public void Unknown(DocumentNode node, string message)
    {
        if (UnknownSettings == UnknownSettings.Fail || _secured || ConcernsSecurity(node.Key))
        {
            Fault(node, message);
        }
        else
        {
            _warnings.Add((node, message));
        }
    }

    public DocumentResult<T> Result<T>(DocumentNode root, T value)
        where T : class =>
        new(_faults.Count == 0 ? value : null, InOrder(root, _faults), InOrder(root, _warnings)) { HasMoreFaults = HasMore };

    private void LeaveOut()
    {
        _hasMore = true;
        _outer?.LeaveOut();
    }

    private static ImmutableArray<DocumentFault> InOrder(DocumentNode root, List<(DocumentNode Node, string Message)> findings)
    {
        if (findings.Count == 0)
        {
            return [];
        }

        HashSet<string> found = [.. findings.Select(finding => finding.Node.Path)];
        Dictionary<string, int> places = [];
        foreach ((int place, DocumentNode node) in root.All().Index().Where(one => found.Contains(one.Item.Path)))
        {
            places.TryAdd(node.Path, place);
        }

        return
        [
            .. findings.OrderBy(finding => places[finding.Node.Path])
                .Select(finding => new DocumentFault(finding.Node.Path, finding.Message, finding.Node.Line)),
        ];
    }
}
