namespace Mesh.Model.Xds;

/// <summary>Shares in per cent, in steps of 0.01.</summary>
internal static class Percents
{
    private const decimal Step = 0.01m;

    public static Wire.FractionalPercent Encode(decimal percent) => percent == decimal.Truncate(percent)
        ? new() { Numerator = (uint)percent, Denominator = Wire.FractionalPercent.Types.DenominatorType.Hundred }
        : new() { Numerator = (uint)(percent * 100), Denominator = Wire.FractionalPercent.Types.DenominatorType.TenThousand };

    /// <summary>Null for all, which needs no words.</summary>
    public static Wire.RuntimeFractionalPercent? EncodeUnlessAll(decimal percent) =>
        percent == 100 ? null : new() { DefaultValue = Encode(percent) };

    public static decimal DecodeOrAll(Wire.RuntimeFractionalPercent? percent, XdsField at) =>
        percent is null ? 100 : Decode(percent.DefaultValue, at["default_value"]);

    /// <summary>Only none becomes 0, and only all becomes 100.</summary>
    public static decimal Decode(Wire.FractionalPercent? percent, XdsField at)
    {
        decimal exact = DecodeExact(percent, at);
        return exact is 0 or 100 ? exact : Math.Clamp(decimal.Round(exact, 2), Step, 100 - Step);
    }

    /// <summary>What is not said is none, and more than all is all.</summary>
    public static decimal DecodeExact(Wire.FractionalPercent? percent, XdsField at)
    {
        decimal denominator = percent?.Denominator switch
        {
            null or Wire.FractionalPercent.Types.DenominatorType.Hundred => 100,
            Wire.FractionalPercent.Types.DenominatorType.TenThousand => 10_000,
            Wire.FractionalPercent.Types.DenominatorType.Million => 1_000_000,
            _ => 0,
        };
        if (denominator == 0)
        {
            at["denominator"].Fault("This is not one of HUNDRED, TEN_THOUSAND, MILLION.");
            return 0;
        }

        return Math.Min((percent?.Numerator ?? 0) * 100m / denominator, 100);
    }
}
