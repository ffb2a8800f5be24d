namespace Mesh.Soak.Shop;

/// <summary>How a process of the shop is.</summary>
/// <param name="Calls">That have ended.</param>
/// <param name="Retries">By <c>mesh.client.retries</c>.</param>
/// <param name="RetriesRefused">By <c>mesh.client.retry_budget.exhausted</c>.</param>
/// <param name="LongestGap">Between two good answers, in milliseconds.</param>
/// <param name="Handles">That are open.</param>
/// <param name="Memory">Bytes that its objects take.</param>
/// <param name="Believed">The ports at which it would call the service behind it, in order.</param>
internal sealed record Figures(long Calls, long Retries, long RetriesRefused, double LongestGap, int Handles, long Memory, int[] Believed);
