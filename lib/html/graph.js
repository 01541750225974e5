class Graph {}
