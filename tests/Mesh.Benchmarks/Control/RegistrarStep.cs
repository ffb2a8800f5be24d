namespace Mesh.Benchmarks.Control;

/// <summary>What instances can do.</summary>
internal enum RegistrarStep
{
    /// <summary>Many come, of many services.</summary>
    Fill,

    /// <summary>Some come.</summary>
    Add,

    /// <summary>The newest goes in good order.</summary>
    Withdraw,

    /// <summary>The newest is gone without a word.</summary>
    Cut,
}
