namespace Mesh.Soak.Shop;

/// <summary>Who calls whom.</summary>
internal static class ShopServices
{
    /// <summary>Calls all the time, and is not called.</summary>
    public const string Web = "web";

    /// <summary>Speaks HTTP/1.1, and asks pricing for each call.</summary>
    public const string Catalog = "catalog";

    /// <summary>Speaks HTTP/2 without TLS.</summary>
    public const string Pricing = "pricing";

    /// <summary>Null: it calls nobody.</summary>
    public static string? Behind(string service) => service switch
    {
        Web => Catalog,
        Catalog => Pricing,
        _ => null,
    };
}
