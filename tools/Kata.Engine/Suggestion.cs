namespace Kata.Engine;

/// <summary>Guesses what a user meant who typed a name that does not exist.</summary>
public static class Suggestion
{
    /// <summary>The candidate nearest to what was typed.</summary>
    /// <param name="typed">What the user typed.</param>
    /// <param name="candidates">What there is.</param>
    /// <param name="nameOf">The name of a candidate.</param>
    /// <returns>Null when none is near enough to be worth a suggestion.</returns>
    public static T? For<T>(string typed, IEnumerable<T> candidates, Func<T, string> nameOf)
    {
        var nearest = candidates
            .Select(candidate => (Candidate: candidate, Distance: Distance(typed, nameOf(candidate))))
            .Where(pair => pair.Distance <= Math.Max(1, (typed.Length + 1) / 3))
            .OrderBy(pair => pair.Distance)
            .ThenByDescending(pair => CommonPrefix(typed, nameOf(pair.Candidate)))
            .ToList();
        return nearest.Count == 0 ? default : nearest[0].Candidate;
    }

    /// <summary>How far a name is from what was typed: 0 when it contains it, else the edit distance.</summary>
    private static int Distance(string typed, string name) =>
        typed.Length >= 4 && name.Contains(typed, StringComparison.OrdinalIgnoreCase) ? 0 : EditDistance(typed, name);

    private static int CommonPrefix(string left, string right) =>
        left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();

    /// <summary>Levenshtein's distance: how many characters must be inserted, deleted or replaced.</summary>
    private static int EditDistance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, 1 + Math.Min(previous[j], current[j - 1]));
            }

            previous = current;
        }

        return previous[^1];
    }
}
