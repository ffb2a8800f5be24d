using System.Net;

namespace Mesh.Model.Authorization;

/// <summary>Under what a rule is found: a word for a text of the call, or a block that it comes from.</summary>
internal readonly record struct RuleKey(CallText Text, Word Word, IPNetwork? Block = null);
