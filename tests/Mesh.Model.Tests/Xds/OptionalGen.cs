using System.Collections.Immutable;
using CsCheck;

namespace Mesh.Model.Tests.Xds;

/// <summary>Of what may be missing, and of what is named.</summary>
internal static class OptionalGen
{
    public static Gen<T?> Maybe<T>(Gen<T> value)
        where T : class => Gen.Bool.Select(value, (given, one) => given ? one : null);

    public static Gen<T> OrDefault<T>(Gen<T> value)
        where T : class, new() => Gen.Bool.Select(value, (given, one) => given ? one : new T());

    public static Gen<ImmutableSortedDictionary<string, T>> Map<T>(Gen<string> name, Gen<T> value) =>
        name.Select(value).List[0, 3].Select(pairs => Maps.Of<T>().SetItems(pairs.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))));
}
