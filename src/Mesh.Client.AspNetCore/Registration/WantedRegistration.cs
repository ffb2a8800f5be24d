using System.Globalization;
using System.Text.RegularExpressions;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>
/// What a server is told: what the settings say, without the addresses that it has refused; where nothing is left of it, what was accepted last.
/// </summary>
internal sealed partial class WantedRegistration(Wire.Registration message)
{
    private readonly Lock _gate = new();
    private Wire.Registration _settings = message;
    private Wire.Registration _current = message;
    private Wire.Registration? _accepted;
    private bool _isNews;

    /// <summary>The settings have changed since it was last to be said.</summary>
    public bool IsNews
    {
        get
        {
            lock (_gate)
            {
                return _isNews;
            }
        }
    }

    /// <summary>What is to be said now.</summary>
    public Wire.Registration Say()
    {
        lock (_gate)
        {
            _isNews = false;
            return _current;
        }
    }

    /// <summary>What the settings say.</summary>
    /// <returns>False: that is what they said before.</returns>
    public bool Take(Wire.Registration settings)
    {
        lock (_gate)
        {
            if (settings == _settings)
            {
                return false;
            }

            _settings = _current = settings;
            return _isNews = true;
        }
    }

    /// <summary>A server has confirmed it.</summary>
    public void Accept(Wire.Registration message)
    {
        lock (_gate)
        {
            _accepted = message;
        }
    }

    /// <summary>All that the settings say is to be told again.</summary>
    public void BeginAnew()
    {
        lock (_gate)
        {
            _current = _settings;
        }
    }

    /// <summary>A server has refused it: less is wanted, or what there was before.</summary>
    /// <param name="refused">What was said.</param>
    /// <param name="reason">The server's words, which name the fields at fault.</param>
    /// <param name="leftOut">The addresses that are not told again; none: what was accepted last is wanted.</param>
    /// <returns>False: there is nothing else to say.</returns>
    public bool TryYield(Wire.Registration refused, string reason, out IReadOnlyList<string> leftOut)
    {
        lock (_gate)
        {
            leftOut = [];
            if (refused != _current)
            {
                return false;
            }

            if (refused.Equals(_accepted))
            {
                // It is not gone back to: it would go round in a circle.
                _accepted = null;
            }

            HashSet<int> faulty = [.. AddressAtFault().Matches(reason).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
            Wire.ListeningAddress[] good = [.. refused.Addresses.Where((_, i) => !faulty.Contains(i))];
            if (good.Length > 0 && good.Length < refused.Addresses.Count)
            {
                leftOut = [.. refused.Addresses.Except(good).Select(Text)];
                _current = refused.Clone();
                _current.Addresses.Clear();
                _current.Addresses.Add(good);
                return true;
            }

            bool hasFormer = _accepted is not null && !_accepted.Equals(refused);
            _current = hasFormer ? _accepted! : _settings;
            return hasFormer;
        }
    }

    private static string Text(Wire.ListeningAddress address) => string.Create(
        CultureInfo.InvariantCulture,
        $"{address.Scheme.ToString().ToLowerInvariant()}://{(address.Host.Contains(':', StringComparison.Ordinal) ? $"[{address.Host}]" : address.Host.Length == 0 ? "*" : address.Host)}:{address.Port}");

    // As the config server writes the path of a field, up to six digits of it.
    [GeneratedRegex(@"\bregistration\.addresses\[([0-9]{1,6})\]", RegexOptions.CultureInvariant)]
    private static partial Regex AddressAtFault();
}
