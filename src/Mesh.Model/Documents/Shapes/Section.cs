using System.Collections;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Model.Documents;

/// <summary>An object with settings: a part of the table. Reading starts from a seed, so one document can be laid over another.</summary>
/// <param name="blank">The record with the defaults.</param>
/// <param name="rules">Which settings go together.</param>
/// <param name="checks">How their values must agree.</param>
internal sealed class Section<T>(T blank, IReadOnlyList<Rule>? rules = null, IReadOnlyList<Check<T>>? checks = null)
    : Shape<T>, IEnumerable<Setting>
{
    private readonly List<Setting<T>> _settings = [];
    private readonly Dictionary<string, Setting<T>> _byName = new(StringComparer.OrdinalIgnoreCase);

    // Made for the first key that is not known.
    private FrozenDictionary<string, string>? _placesBelow;

    public override string Allowed => "an object";

    public override bool ReadsNothing => true;

    public override T Blank => blank;

    public override IReadOnlyList<Setting> Settings => _settings;

    public override IReadOnlyList<string> Notes => [.. Rules.Select(rule => rule.Doc), .. Checks.Select(check => check.Doc)];

    public IReadOnlyList<Rule> Rules { get; } = rules ?? [];

    public IReadOnlyList<Check<T>> Checks { get; } = checks ?? [];

    private IEnumerable<string> Names => _settings.Select(setting => setting.Name);

    /// <summary>The same section, except for some settings.</summary>
    public Section<T> Without(params string[] names)
    {
        var rest = new Section<T>(blank, rules, checks);
        foreach (Setting<T> setting in _settings.Where(setting => !names.Contains(setting.Name)))
        {
            rest.Add(setting);
        }

        return rest;
    }

    public void Add(Setting<T> setting)
    {
        _settings.Add(setting);
        _byName.Add(setting.Name, setting);
    }

    public void Add<TValue>(
        string name, string doc, Shape<TValue> shape, Func<T, TValue?> get, Func<T, TValue, T> set, SettingTraits traits = default) =>
        Add(new Setting<T, TValue>(shape, record => get(record) ?? shape.Blank, set)
        {
            Name = name, Doc = doc, Traits = traits, Default = get(blank) is { } value ? shape.Format(value) : null,
        });

    public void Add<TValue>(
        string name, string doc, Shape<TValue> shape, Func<T, TValue?> get, Func<T, TValue, T> set, SettingTraits traits = default)
        where TValue : struct =>
        Add(new Setting<T, TValue>(shape, record => get(record) ?? shape.Blank, set)
        {
            Name = name, Doc = doc, Traits = traits, Default = get(blank) is { } value ? shape.Format(value) : null,
        });

    public IEnumerator<Setting> GetEnumerator() => _settings.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override JsonObject Describe(JsonSchemaWriter schema) => schema.OfObject(_settings, Rules);

    protected override T ReadSound(DocumentNode node, T seed, Reading reading)
    {
        if (node.IsList || (node.Children.IsEmpty && node.Value is not null))
        {
            reading.Fault(node, $"Here is {Wording.Found(node)}, and not an object with settings such as {Wording.Names(Names.Take(3))}.");
            return seed;
        }

        bool sound = ReportUnknown(node, reading);
        foreach (Setting<T> setting in _settings)
        {
            seed = node.Find(setting.Name) is { } child ? setting.Read(seed, child, reading) : seed;
        }

        foreach (string complaint in Complaints(node, seed, sound, reading))
        {
            reading.Fault(node, complaint);
        }

        return seed;
    }

    protected override bool TryWrite(DocumentNode node, Utf8JsonWriter json)
    {
        if (node.IsList || node.Value is not null)
        {
            return false;
        }

        json.WriteStartObject();
        foreach (Setting setting in _settings)
        {
            if (node.Find(setting.Name) is { } child && (!child.IsNothing || setting.Shape.ReadsNothing || !setting.IsSupported))
            {
                json.WritePropertyName(CanonicalJson.Key(setting.Name));
                setting.Shape.Write(child, json);
            }
        }

        CanonicalJson.WriteMembers(node.Children.Where(child => !_byName.ContainsKey(child.Key)), json);
        json.WriteEndObject();
        return true;
    }

    /// <summary>False when there was a fault: the missing setting may be the misspelt one.</summary>
    private bool ReportUnknown(DocumentNode node, Reading reading)
    {
        int before = reading.FaultCount;
        foreach (DocumentNode child in node.Children.Where(child => !_byName.ContainsKey(child.Key)).TakeWhile(_ => !reading.HasMore))
        {
            string hint = NearestName.Find(child.Key, Names) is { } nearest ? $"Did you mean '{InCaseOf(child.Key, nearest)}'?"
                : (_placesBelow ??= PlacesBelow()).TryGetValue(child.Key, out string? place) ? $"It belongs further down: {place}."
                : $"Known here: {Wording.Names(Names)}.";
            reading.Unknown(child, $"This is not a setting. {hint}");
        }

        return reading.FaultCount == before;
    }

    /// <summary>Settings files write names one way, documents of a config server the other.</summary>
    private static string InCaseOf(string key, string name) => char.IsLower(key.FirstOrDefault()) ? CanonicalJson.Key(name) : name;

    /// <summary>By the names of settings below: the nearest place of each. Sections that work are searched first.</summary>
    private FrozenDictionary<string, string> PlacesBelow()
    {
        Dictionary<string, string> places = new(StringComparer.OrdinalIgnoreCase);
        (string Place, Setting Setting)[] level = [.. _settings.Select(setting => (setting.Name, setting))];
        while (level.Length > 0)
        {
            level =
            [
                .. level.OrderByDescending(outer => outer.Setting.IsSupported).SelectMany(outer => outer.Setting.Shape.Settings,
                    (outer, setting) => ($"{outer.Place}{outer.Setting.Shape.Step}:{setting.Name}", setting)),
            ];
            foreach ((string place, Setting setting) in level)
            {
                places.TryAdd(setting.Name, place);
            }
        }

        return places.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private string[] Complaints(DocumentNode node, T value, bool sound, Reading reading) =>
    [
        .. (sound ? Rules.Select(rule => rule.Complaint(node)) : []).OfType<string>(),
        .. Checks.Where(check => !check.Paths.Any(path => reading.HasFaultUnder(DocumentNode.Below(node.Path, path))))
            .Select(check => check.Complaint(value)).OfType<string>(),
    ];
}
