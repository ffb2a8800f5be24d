namespace Mesh.Cli.Checks;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    Ok,
    Warn,
    Fail,
}

/// <summary>What a check found.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Check">What was looked at.</param>
/// <param name="Found">What is so.</param>
/// <param name="Remedy">What to do about it; null: nothing.</param>
internal sealed record Finding(Severity Severity, string Check, string Found, string? Remedy = null);
