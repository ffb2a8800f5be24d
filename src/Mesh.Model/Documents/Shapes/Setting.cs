namespace Mesh.Model.Documents;

/// <summary>What sets a setting apart.</summary>
[Flags]
internal enum SettingTraits
{
    None = 0,

    /// <summary>Known, but of no effect in this version: giving it is a fault.</summary>
    NotSupportedYet = 1,

    /// <summary>A mistake here may open a door: nothing unknown is let pass, whatever <c>UnknownSettings</c> says.</summary>
    Security = 2,
}

/// <summary>A row of the table of settings.</summary>
internal abstract class Setting
{
    public required string Name { get; init; }

    /// <summary>What it means, in one sentence.</summary>
    public required string Doc { get; init; }

    /// <summary>What holds when nothing is said; null when there is nothing to show.</summary>
    public string? Default { get; init; }

    public abstract Shape Shape { get; }

    public SettingTraits Traits { get; init; }

    public bool IsSupported => !Traits.HasFlag(SettingTraits.NotSupportedYet);

    public bool IsSecurity => Traits.HasFlag(SettingTraits.Security);
}

/// <summary>A setting that changes a record.</summary>
internal abstract class Setting<T> : Setting
{
    public T Read(T record, DocumentNode node, Reading reading)
    {
        if (!IsSupported && !reading.KnownIsEnough)
        {
            reading.NotSupportedYet(node, "This setting");
            return record;
        }

        return node.IsNothing && !Shape.ReadsNothing ? record : Apply(record, node, IsSecurity ? reading.Secured() : reading);
    }

    protected abstract T Apply(T record, DocumentNode node, Reading reading);
}

/// <summary>A setting of one type of value.</summary>
/// <param name="shape">What it looks like.</param>
/// <param name="get">What the record holds: where reading starts.</param>
/// <param name="set">The record with another value.</param>
internal sealed class Setting<T, TValue>(Shape<TValue> shape, Func<T, TValue> get, Func<T, TValue, T> set) : Setting<T>
{
    public override Shape Shape => shape;

    protected override T Apply(T record, DocumentNode node, Reading reading) => set(record, shape.Read(node, get(record), reading));
}
