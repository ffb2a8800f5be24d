namespace Mesh.Benchmarks.Reporting;

/// <summary>A figure that is to stay under a limit.</summary>
/// <param name="Text">What of which variant.</param>
/// <param name="Unit">Of the value, the limit and the spread.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Limit">The highest value that reaches the target.</param>
/// <param name="Spread">By what the baseline was found to differ from itself; 0 where figures are exact.</param>
/// <param name="Digits">How many decimals to show.</param>
internal sealed record Target(string Text, string Unit, double Value, double Limit, double Spread, int Digits = 0)
{
    /// <summary>A distance to the limit that is smaller than the spread says nothing.</summary>
    public string Verdict =>
        Math.Abs(Value - Limit) < Spread ? "below A/A spread"
        : Value <= Limit ? "reached"
        : "missed";
}
