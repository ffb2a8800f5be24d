using Mesh.Model.Documents;
using Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Xds;

/// <summary>Why a client refused a response.</summary>
internal sealed class Refusal(Status error)
{
    private const int MaxLength = 4096;

    private readonly string _text = Wording.Printable(error.Message, MaxLength);

    public string Reason => _text.Length > 0 ? _text : $"The client gave no reason (code {error.Code}).";

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
