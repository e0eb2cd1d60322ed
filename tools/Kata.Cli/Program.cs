Console.WriteLine("kata");
