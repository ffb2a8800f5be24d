using Mesh.Model.Documents;

namespace Mesh.Model.Tests.Documents;

/// <summary>Keys that no setting has.</summary>
public sealed class UnknownSettingsTests
{
    [Theory]
    [InlineData("Enabeld", "Enabled")]
    [InlineData("servcies", "services")]
    [InlineData("Services:catalog:Endpoint", "Endpoints")]
    [InlineData("Services:catalog:RetryBudgets", "RetryBudget")]
    [InlineData("Services:catalog:Routes:0:Mach", "Match")]
    [InlineData("Services:catalog:Routes:0:Matches", "Match")]
    [InlineData("Services:catalog:Routes:0:Match:0:PathPerfix", "PathPrefix")]
    [InlineData("Services:catalog:Routes:0:Match:Header", "Headers")]
    [InlineData("Services:catalog:Routes:0:Retry:Attemps", "Attempts")]
    [InlineData("Services:catalog:Routes:0:Retry:Backoff:MaxIntervall", "MaxInterval")]
    public void A_misspelt_key_is_a_fault_that_names_the_nearest_right_one(string path, string nearest) => Assert.Equal(
        new DocumentFault($"Mesh:{path}", $"This is not a setting. Did you mean '{nearest}'?"), Doc.Fault(Doc.Nest(path, "1")));

    [Fact]
    public void A_key_that_is_near_to_none_is_a_fault_that_names_all_that_are_known_there() => Assert.Equal(
        "Mesh:Services:catalog:Routes:0:To:0:Share: This is not a setting. Known here: Service, Subset, Weight.",
        Doc.Fault(Doc.Nest("Services:catalog:Routes:0:To:0:Share", "1")).ToString());

    [Theory]
    [InlineData("Services:catalog:timeout", "Routes:{n or name}:Timeout")]
    [InlineData("Services:catalog:Retry", "Routes:{n or name}:Retry")]
    [InlineData("Services:catalog:Attempts", "Routes:{n or name}:Retry:Attempts")]
    [InlineData("Services:catalog:Routes:0:Path", "Match[:{n}]:Path")]
    [InlineData("Endpoints", "Services:{name}:Endpoints")]
    public void A_key_that_belongs_further_down_is_told_where(string path, string place) => Assert.Equal(
        new DocumentFault($"Mesh:{path}", $"This is not a setting. It belongs further down: {place}."), Doc.Fault(Doc.Nest(path, "1")));

    [Fact]
    public void Keys_are_known_in_any_case()
    {
        MeshSettings settings = Doc.Good("""{ "services": { "catalog": { "ROUTES": [ { "timeOut": "1s", "retry": { "ATTEMPTS": 2 } } ] } } }""");

        MeshRoute route = settings.Services[0].Routes[0];
        Assert.Equal((TimeSpan.FromSeconds(1), 2), (route.Timeout, route.Retry.Attempts));
    }

    [Fact]
    public void UnknownSettings_Warn_makes_warnings_of_unknown_keys_wherever_it_stands()
    {
        DocumentResult<MeshSettings> result = Doc.Read("""{ "Enabeld": false, "Outbound": { "Foo": { "a": 1 } }, "unknownSettings": "warn", "Enabled": false }""");

        Assert.Empty(result.Faults);
        Assert.Equal(["Mesh:Enabeld", "Mesh:Outbound:Foo"], result.Warnings.Select(warning => warning.Path));
        Assert.False(result.Value!.Enabled);
    }

    [Fact]
    public void UnknownSettings_Warn_does_not_soften_bad_values()
    {
        DocumentResult<MeshSettings> result = Doc.Read("""{ "UnknownSettings": "Warn", "Enabled": "perhaps", "Foo": 1 }""");

        Assert.Null(result.Value);
        Assert.Equal(["Mesh:Enabled"], result.Faults.Select(fault => fault.Path));
        Assert.Equal(["Mesh:Foo"], result.Warnings.Select(warning => warning.Path));
    }

    [Theory]
    [InlineData("""{ "Inbound": { "Enabled": false, "Foo": 1 } }""", "Mesh:Inbound:Foo")]
    [InlineData("""{ "Inbuond": { "Enabled": false } }""", "Mesh:Inbuond")]
    [InlineData("""{ "Services": { "a": { "TSL": {} } } }""", "Mesh:Services:a:TSL")]
    [InlineData("""{ "Tls": {} }""", "Mesh:Tls")]
    [InlineData("""{ "Authorization": [] }""", "Mesh:Authorization")]
    [InlineData("""{ "JoinTokens": "x" }""", "Mesh:JoinTokens")]
    [InlineData("""{ "Service": { "Inbound": {} } }""", "Mesh:Service:Inbound")]
    [InlineData("""{ "Services": { "a": { "MutualTls": true } } }""", "Mesh:Services:a:MutualTls")]
    [InlineData("""{ "Services": { "a": { "TlsMode": "Mesh" } } }""", "Mesh:Services:a:TlsMode")]
    [InlineData("""{ "Services": { "a": { "SubjectAltName": "x" } } }""", "Mesh:Services:a:SubjectAltName")]
    [InlineData("""{ "Services": { "a": { "Routes": [ { "Tls": {} } ] } } }""", "Mesh:Services:a:Routes:0:Tls")]
    public void UnknownSettings_Warn_does_not_soften_what_concerns_security(string json, string path)
    {
        DocumentResult<MeshSettings> result = Doc.Read(json[..^1] + """, "UnknownSettings": "Warn" }""");

        Assert.Empty(result.Warnings);
        Assert.Equal([path], result.Faults.Select(fault => fault.Path));
    }

    [Theory]
    [InlineData("Tls:Foo")]
    [InlineData("Tls:SubjectAltName")]
    public void Nor_in_sections_below(string path)
    {
        DocumentNode root = JsonNodes.Read(Doc.Nest($"Services:a:{path}", "1"), "Mesh");
        var reading = new Reading { KnownIsEnough = true, UnknownSettings = UnknownSettings.Warn, ConcernsSecurity = _ => false };
        MeshSchema.Section.Read(root, new MeshSettings(), reading);

        Assert.Single(reading.Result(root, new MeshSettings()).Faults);
    }

    [Fact]
    public void Rules_hold_under_warnings_and_keep_quiet_when_a_key_is_misspelt_anyway()
    {
        string json = Doc.Nest("Services:a:Endpoints:0", """{ "Adress": "a:1" }""");

        Assert.Equal("This is not a setting. Did you mean 'Address'?", Doc.Fault(json).Message);
        DocumentResult<MeshSettings> lenient = Doc.Read(json[..^1] + """, "UnknownSettings": "Warn" }""");
        Assert.Equal("Something is missing: give Address.", Assert.Single(lenient.Faults).Message);
        Assert.Single(lenient.Warnings);
    }
}
