using Mesh.Model.Documents;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>Why a client refused a response.</summary>
internal sealed class Refusal(Status error)
{
    private const int LongestReason = 4096;

    // What is behind it is not looked for names.
    private const int LongestText = 16 * 1024;

    private readonly string _text = Wording.Printable(error.Message, LongestText);

    public string Reason => _text.Length > 0 ? Wording.Printable(_text, LongestReason) : $"The client gave no reason (code {error.Code}).";

    // What is cut ends in a character of its own.
    private bool IsCut => _text.Length > LongestText;

    /// <summary>
    /// Those to blame of the resources that were new in the response, each with what is known of it: those that the refusal names. Where
    /// that is none of several, nobody can say which it is, and each is told to be one of them.
    /// </summary>
    public IEnumerable<(SubscribedResource Resource, string Reason)> Blame(List<SubscribedResource> isNew)
    {
        List<SubscribedResource> named = isNew.FindAll(resource => Names(resource.Name.Text));
        string doubt = isNew.Count == 1 ? Reason
            : $"It is one of {isNew.Count} that were new in a response which the client refused, and may not be the bad one: {Reason}";
        IEnumerable<SubscribedResource> others = named.Count == 0 || IsCut ? isNew.Except(named) : [];
        return named.Select(resource => (resource, Reason)).Concat(others.Select(resource => (resource, doubt)));
    }

    /// <summary>Whether a resource is named in it, and not just a longer name that contains that one.</summary>
    public bool Names(string resource)
    {
        for (int start = Find(0); start >= 0; start = Find(start + 1))
        {
            int end = start + resource.Length;
            if (!ContinuesBefore(start - 1) && !ContinuesAt(end))
            {
                return true;
            }
        }

        return false;

        int Find(int from) => _text.IndexOf(resource, from, StringComparison.Ordinal);
    }

    private bool ContinuesBefore(int index) => IsPart(index) || (At(index) == '.' && IsPart(index - 1));

    // A colon or a full stop may end the name as well: "catalog.default: it has no endpoints".
    private bool ContinuesAt(int index) => IsPart(index)
        || (At(index) == '.' && IsPart(index + 1))
        || (At(index) == ':' && char.IsAsciiDigit(At(index + 1)));

    private bool IsPart(int index) => At(index) is '-' or '_' or '|' or '#' or '*' || char.IsLetterOrDigit(At(index));

    private char At(int index) => index >= 0 && index < _text.Length ? _text[index] : ' ';
}
